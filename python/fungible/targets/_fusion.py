"""How far IREE fuses ops into one kernel, where its default is too far."""

#: IREE 3.13 at O2 fuses a product or a reduction with consumers and producers of several results.
#: SPIR-V code generation then vectorizes whole workgroup tiles and compiles for hours
#: (`BaseVectorize`); CUDA's fails to bufferize some of them (`TileAndFuse`). On CPUs, a value with
#: several uses is now and then used before it is defined ("does not dominate this use").
CAREFUL = ("--iree-dispatch-creation-enable-aggressive-fusion=false",)
