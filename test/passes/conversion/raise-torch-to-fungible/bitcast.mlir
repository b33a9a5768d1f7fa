// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible,canonicalize)' | filecheck %s

!x = !torch.vtensor<[4,7],f32>
!i = !torch.vtensor<[4,7],si32>
!b = !torch.vtensor<[4,28],ui8>

// CHECK-LABEL: func.func @bits
// CHECK: "fungible.bitcast"(%{{.*}}) : (tensor<4x7xf32>) -> tensor<4x7xi32>
func.func @bits(%x: !x) -> !i {
  %dtype = torch.constant.int 3
  %0 = torch.aten.view.dtype %x, %dtype : !x, !torch.int -> !i
  return %0 : !i
}

// Another width is another shape.
// CHECK-LABEL: func.func @bytes
// CHECK: torch.aten.view.dtype
func.func @bytes(%x: !x) -> !b {
  %dtype = torch.constant.int 0
  %0 = torch.aten.view.dtype %x, %dtype : !x, !torch.int -> !b
  return %0 : !b
}
