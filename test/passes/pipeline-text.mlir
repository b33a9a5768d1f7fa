// How a pipeline may be written: with and without builtin.module, nested, with options, empty.

// RUN: fungible-opt %s --pass-pipeline='builtin.module(canonicalize,raise-torch-to-fungible,func.func(cse))' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='canonicalize, raise-torch-to-fungible, func.func(cse)' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module(func.func(canonicalize{max-iterations=3 top-down=true},cse),raise-torch-to-fungible)' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='  builtin.module( raise-torch-to-fungible{} , builtin.module(canonicalize), canonicalize ) ' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module()' | filecheck %s --check-prefix SAME
// RUN: fungible-opt %s | filecheck %s --check-prefix SAME

// CHECK-LABEL: func.func @normalize
// CHECK-NOT: torch.aten.native_layer_norm
// CHECK: "fungible.layer_norm"
// SAME-LABEL: func.func @normalize
// SAME-NOT: "fungible.layer_norm"
// SAME: torch.aten.native_layer_norm
func.func @normalize(%x: !torch.vtensor<[8,64],f32>, %w: !torch.vtensor<[64],f32>) -> !torch.vtensor<[8,64],f32> {
  %n = torch.constant.int 64
  %eps = torch.constant.float 1.0e-05
  %unused = torch.constant.int 7
  %shape = torch.prim.ListConstruct %n : (!torch.int) -> !torch.list<int>
  %0, %1, %2 = torch.aten.native_layer_norm %x, %shape, %w, %w, %eps : !torch.vtensor<[8,64],f32>, !torch.list<int>, !torch.vtensor<[64],f32>, !torch.vtensor<[64],f32>, !torch.float -> !torch.vtensor<[8,64],f32>, !torch.vtensor<[8,1],f32>, !torch.vtensor<[8,1],f32>
  return %0 : !torch.vtensor<[8,64],f32>
}
