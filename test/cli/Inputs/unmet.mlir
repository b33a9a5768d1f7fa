// expected-error @+1 {{some other message}}
"fungible.state"() {sym_name = "a"} : () -> ()
// -----
// expected-warning @+1 {{requires attribute}}
"fungible.state"() {sym_name = "a"} : () -> ()
// -----
// expected-error @+2 {{requires attribute}}
"fungible.state"() {sym_name = "a"} : () -> ()
// -----
// expected-error @below {{requires attribute}}
// expected-error @below {{requires attribute}}
"fungible.state"() {sym_name = "a"} : () -> ()
// -----
"fungible.state"() {sym_name = "a"} : () -> ()
