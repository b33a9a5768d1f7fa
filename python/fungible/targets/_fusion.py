"""How far IREE fuses ops into one kernel, where its default is too far."""

#: IREE 3.13 at O2 fuses a product or a reduction with consumers and producers of several results.
#: On CPUs the code is now and then wrong: of a value and its negation that both become slices of
#: larger tensors, one is lost (the gradient of `torch.cumulative_trapezoid`); or a value is used
#: before it is defined, and the compiler stops. SPIR-V code generation vectorizes whole workgroup
#: tiles and compiles for hours (`BaseVectorize`); CUDA's fails to bufferize some (`TileAndFuse`).
CAREFUL = ("--iree-dispatch-creation-enable-aggressive-fusion=false",)
