"""What the targets whose code goes through SPIR-V share."""

#: Where IREE fuses a product with consumers of several results, SPIR-V code generation vectorizes
#: whole workgroup tiles and compiles for hours (IREE 3.13, `BaseVectorize`).
FLAGS = ("--iree-dispatch-creation-enable-aggressive-fusion=false",)
