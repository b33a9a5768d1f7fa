"""State: tensors that live on the device from one step to the next."""

from torch_mlir import ir

from .._base import FungibleOp, Operand, Result, Tensor, expect, ranked, string

#: What a state tensor is for. Checkpoints, sharding and optimizers treat roles differently.
ROLES = ("parameter", "buffer", "optimizer", "rng", "counter")


class StateOp(FungibleOp, name="state"):
    """Declares one named state tensor of the module.

    `sym_name` is the name in checkpoints (`model.fc.weight`), `role` one of `parameter`,
    `buffer`, `optimizer`, `rng`, `counter`, and `type` the static type of the tensor.

        "fungible.state"() {sym_name = "model.fc.weight", role = "parameter",
                            type = tensor<10x4xf32>} : () -> ()
    """

    sym_name: ir.StringAttr
    role: ir.StringAttr
    type: ir.TypeAttr

    def check(self) -> None:
        expect(string(self, "sym_name") != "", "expects a name that is not empty")
        role = string(self, "role")
        expect(role in ROLES, f"expects role to be one of {', '.join(ROLES)}, but it is '{role}'")
        type_ = getattr(self.operation.attributes["type"], "value", None)
        expect(
            isinstance(type_, Tensor) and type_.has_static_shape,
            f"expects a ranked tensor type of static shape, but it is {type_}",
        )


class StateReadOp(FungibleOp, name="state_read"):
    """Reads a state tensor: its value at this point of the entry point.

        %0 = "fungible.state_read"() {state = @"model.fc.weight"} : () -> tensor<10x4xf32>
    """

    state: ir.FlatSymbolRefAttr
    value: Result[Tensor]

    def check(self) -> None:
        ranked(self.operation.results[0], "the value")


class StateWriteOp(FungibleOp, name="state_write"):
    """Replaces a state tensor; the next read, in this call or the next, sees the new value.

        "fungible.state_write"(%0) {state = @"model.fc.weight"} : (tensor<10x4xf32>) -> ()
    """

    value: Operand[Tensor]
    state: ir.FlatSymbolRefAttr

    def check(self) -> None:
        ranked(self.operation.operands[0], "the value")

