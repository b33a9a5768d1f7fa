// torch-mlir's native code crashes on the maximum of unsigned bytes; programs never have it (frontend/integers.py).
func.func @step(%x: !torch.vtensor<[4],ui8> {fungible.input = "batch"}) -> (!torch.vtensor<[],ui8> {fungible.output = "output"}) {
  %0 = torch.aten.max %x : !torch.vtensor<[4],ui8> -> !torch.vtensor<[],ui8>
  return %0 : !torch.vtensor<[],ui8>
}
