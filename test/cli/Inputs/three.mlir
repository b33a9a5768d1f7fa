func.func @first(%x: tensor<2xf32>) -> tensor<2xf32> {
  %unused = arith.addf %x, %x : tensor<2xf32>
  return %x : tensor<2xf32>
}
// -----
#map = affine_map<(d0) -> (d0)>
func.func @second() attributes {map = #map} {
  return
}
func.func @third() {
  return
}
// -----
func.func @broken(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = "arith.addf"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
