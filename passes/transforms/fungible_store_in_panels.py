"""fungible-store-in-panels"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from torch_mlir import ir
from torch_mlir.dialects import ml_program

from .. import _numerics
from .._accessors import REPLACE, formats, getter, name_of, setter, type_of
from .._kernels import allow, flat_maps, reads_initial_values
from .._linalg import is_elementwise, reshape
from .._loops import outside
from .._packed_products import PackedProduct, tile
from .._panels import across, matrix, panels_over
from .._pass import Pass
from .._products import Product
from .._rewrite import operations

#: Columns of a panel: those of the widest tile of a kernel.
_SIZE = 32

#: Attribute of a state: how many columns its panels have.
_PANELS = "fungible.panels"


@dataclass
class _State:
    """A state that is a matrix, and where a module reads and writes it."""

    op: ml_program.GlobalOp
    loads: list[ir.Operation] = field(default_factory=list)
    stores: list[ir.Operation] = field(default_factory=list)


def _is_matrix(op: ir.OpView) -> bool:
    if not isinstance(op, ml_program.GlobalOp) or "is_mutable" not in op.operation.attributes:
        return False
    type_ = type_of(op)
    return type_.rank == 2 and isinstance(type_.element_type, ir.F32Type) and type_.shape[0] % _SIZE == 0


def _matrices(module: ir.Operation) -> dict[str, _State]:
    ops = list(operations(module))
    found = {name_of(op): _State(op) for op in ops if _is_matrix(op)}
    for op in (op.operation for op in ops):
        if op.name in ("ml_program.global_load", "ml_program.global_store"):
            state = found.get(ir.FlatSymbolRefAttr(op.attributes["global"]).value)
            if state:
                (state.loads if op.results else state.stores).append(op)
    return found


def _users(value: ir.Value) -> Iterator[ir.Operation]:
    """What reads a value, behind transpositions."""
    for use in value.uses:
        user = use.owner.operation
        if user.name == "linalg.transpose":
            yield from _users(user.results[0])
        else:
            yield user


def _only_store(value: ir.Value) -> ir.Operation | None:
    users = [use.owner.operation for use in value.uses]
    return users[0] if len(users) == 1 and users[0].name == "ml_program.global_store" else None


def _makers(states: dict[str, _State]) -> list[ir.Operation]:
    """The ops that make new values of states."""
    values = [state.stores[0].operands[0] for state in states.values() if len(state.stores) == 1]
    return list(dict.fromkeys(value.owner.operation for value in values if not isinstance(value.owner, ir.Block)))


@dataclass
class _Update:
    """An elementwise op that makes the new values of some states and nothing else.

    Attributes:
        gradients: The products of matrices that it reads.
        products: The products that read one of the states as their right operand.
    """

    op: ir.Operation
    states: list[_State]
    gradients: list[Product] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)

    @classmethod
    def of(cls, op: ir.Operation, states: dict[str, _State]) -> _Update | None:
        """None where the order of its elements matters to something that cannot have another one."""
        stores = [_only_store(result) for result in op.results]
        found = [next((state for state in states.values() if store and state.stores == [store]), None) for store in stores]
        if None in found or not is_elementwise(op) or flat_maps(op) is None or reads_initial_values(op):
            return None
        update = cls(op, found)
        taken = update._takes_operands() and update._takes_products()
        both = {product.op for product in update.products} & {gradient.op for gradient in update.gradients}
        return update if taken and not both else None

    def _takes_operands(self) -> bool:
        loads = [load.results[0] for state in self.states for load in state.loads]
        for value in list(self.op.operands)[: -len(self.op.results)]:
            if not value.type.rank or value in loads:
                continue
            owner = value.owner
            product = None if isinstance(owner, ir.Block) else Product.of(owner.operation)
            if product is None or len(list(value.uses)) > 1 or _tile(product.turned()) is None:
                return False
            self.gradients.append(product)
        return True

    def _takes_products(self) -> bool:
        for load in (load for state in self.states for load in state.loads):
            for user in _users(load.results[0]):
                if user == self.op:
                    continue
                product, value = Product.of(user), load.results[0]
                if product is None or product.right != value or product.left == value or _tile(product) is None:
                    return False
                self.products.append(product)
        return any(product.form[1] == "t" for product in self.products)


def _tile(product: Product) -> tuple[int, int] | None:
    """The tile of a product of matrices whose columns are those of a panel."""
    found = None if product.is_batch else tile(product)
    return found if found and found[1] == _SIZE else None


def _apply(update: _Update) -> None:
    for product in update.products:
        state = product.right
        rows, columns = state.type.shape
        with ir.InsertionPoint(product.op), product.op.location:
            with outside(state):
                panels = reshape(state, [rows // _SIZE, columns, _SIZE])
                right = panels if product.form[1] == "t" else across(panels)
            value = PackedProduct(product, *_tile(product), right).result()
        product.op.results[0].replace_all_uses_with(value)
        product.op.erase()
    for gradient in update.gradients:
        gradient = Product.of(gradient.op)  # anew: an operand may have been replaced
        with ir.InsertionPoint(gradient.op), gradient.op.location:
            turned = gradient.turned()
            value = PackedProduct(turned, *_tile(turned)).panels()
            value = reshape(value, list(gradient.op.results[0].type.shape))
        gradient.op.results[0].replace_all_uses_with(value)
        gradient.op.erase()


def _store_in_panels(state: ml_program.GlobalOp, names: dict[str, str]) -> None:
    """Gives a state functions that read and set it as a matrix, in the place of IREE's."""
    shape = list(type_of(state).shape)

    def panels(value: ir.Value) -> ir.Value:
        return reshape(value, [shape[0] // _SIZE, shape[1], _SIZE])

    attributes = state.operation.attributes
    attributes["sym_visibility"] = ir.StringAttr.get("private")
    attributes[_PANELS] = ir.IntegerAttr.get(ir.IndexType.get(), _SIZE)
    setter(REPLACE, state, lambda value, _: value)
    setter(names["set"], state, lambda value, old: reshape(panels_over(panels(old()), value), shape))
    getter(names["get"], state, lambda value: matrix(panels(value)))


@dataclass(frozen=True)
class FungibleStoreInPanels(Pass):
    """Keeps weights in the panels that products read, instead of copying them in each step.

        ml_program.global public mutable @w(dense<0.0> : tensor<64x96xf32>)
        %y = linalg.matmul ins(%x, %w_transposed)       // forward
        %dx = linalg.matmul ins(%dy, %w)                // backward
        %g = linalg.matmul ins(%dy_transposed, %x)
        %new = linalg.generic ... ins(%w, %g)           // the optimizer

    `fungible-pack-products` would copy `w` twice: into panels of 32 columns of the first product, and of the second. With this pass
    the elements of `w` are stored in the order of the first's panels, which its kernel reads as they are; the second's are
    copied from them. The gradient comes out of its kernel in that order as well, as the transposed product of what it is
    computed from, so that the update, which is elementwise, stays as it is; what the optimizer keeps of each element
    is stored in that order too. The functions `get:w` and `set:w` take and give matrices as before.

    Left alone is state that anything else reads or writes, as tables whose rows are looked up; whose gradient is more than one product, or is
    read elsewhere, as for its norm; of which 32 does not divide the rows; whose products no kernel computes; and modules with exact numerics.
    """

    name = "fungible-store-in-panels"

    def run(self, module: ir.Operation) -> None:
        names = formats(module)
        if not names or _numerics.is_exact(module):
            return
        allow(module.context)
        states = _matrices(module)
        for op in _makers(states):
            update = _Update.of(op, states)
            if update is None:
                continue
            _apply(update)
            for state in update.states:
                _store_in_panels(state.op, names)
