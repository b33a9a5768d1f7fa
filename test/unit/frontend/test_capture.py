"""What a captured step holds, and that capturing leaves the user's objects alone."""

import copy

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from fungible.errors import CaptureError, FungibleError
from fungible.frontend.capture import leaf_names
from fungible.program import Program, capture


def _model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.1), nn.Linear(8, 2))


def _batch():
    return torch.randn(6, 4), torch.randint(0, 2, (6,))


def _step(model, optimizer, scheduler=None, clip=True):
    def step(batch):
        x, y = batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        if clip:
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        return loss

    return step


def _state(program):
    return {tensor.name: tensor for tensor in program.captured().state}


def test_state_has_the_names_of_state_dict_and_roles():
    model = _model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1.0 / (epoch + 1))
    program = capture(_step(model, optimizer, scheduler), model=model, optimizer=optimizer, example=_batch())
    state = _state(program)
    assert {name.removeprefix("model.") for name in state if name.startswith("model.")} == set(model.state_dict())
    roles = {name: tensor.role for name, tensor in state.items()}
    assert roles["model.0.weight"] == "parameter"
    assert roles["model.1.running_mean"] == "buffer"
    assert roles["optimizer.state.0.weight.exp_avg"] == "optimizer"
    assert roles["optimizer.param_groups.0.lr"] == "optimizer"
    assert roles["optimizer.param_groups.0.step"] == "counter"
    assert roles["scheduler.last_epoch"] == "counter"
    assert roles["rng.seed"] == roles["rng.step"] == "rng"


def test_only_state_that_the_step_needs_is_captured():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    program = capture(_step(model, optimizer), model=model, optimizer=optimizer, example=_batch())
    assert set(_state(program)) == {"model.weight", "model.bias", "optimizer.param_groups.0.lr"}


@pytest.mark.parametrize("used_before", [False, True])
def test_model_and_optimizer_are_left_as_they_were(used_before):
    model = _model()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
    step = _step(model, optimizer, scheduler)
    if used_before:
        step(_batch())
    model[1].eval()
    before = copy.deepcopy((model.state_dict(), optimizer.state_dict(), scheduler.state_dict()))
    objects = [id(p) for p in model.parameters()] + [id(p) for p in optimizer.param_groups[0]["params"]]
    modes = [module.training for module in model.modules()]
    gradients = [None if p.grad is None else p.grad.clone() for p in model.parameters()]

    capture(step, model=model, optimizer=optimizer, example=_batch())

    after = (model.state_dict(), optimizer.state_dict(), scheduler.state_dict())
    torch.testing.assert_close(after, before, rtol=0, atol=0)
    assert [id(p) for p in model.parameters()] + [id(p) for p in optimizer.param_groups[0]["params"]] == objects
    assert [module.training for module in model.modules()] == modes
    for parameter, gradient in zip(model.parameters(), gradients):
        assert (parameter.grad is None) == (gradient is None)
        assert gradient is None or torch.equal(parameter.grad, gradient)
    step(_batch())  # still works


def test_capture_draws_nothing_from_the_random_generator():
    model = _model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    example = _batch()
    before = torch.random.get_rng_state()
    capture(_step(model, optimizer), model=model, optimizer=optimizer, example=example)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_existing_optimizer_state_is_the_initial_state():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    step = _step(model, optimizer)
    for _ in range(3):
        step(_batch())
    state = _state(capture(step, model=model, optimizer=optimizer, example=_batch()))
    assert state["optimizer.param_groups.0.step"].initial == 3
    expected = optimizer.state[model.weight]["exp_avg"]
    assert torch.equal(state["optimizer.state.weight.exp_avg"].initial, expected)


def test_parameters_with_different_step_counts_keep_their_own():
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    model[1].requires_grad_(False)
    step = _step(model, optimizer)
    step(_batch())
    model[1].requires_grad_(True)
    state = _state(capture(step, model=model, optimizer=optimizer, example=_batch()))
    assert state["optimizer.state.0.weight.step"].initial == 1
    assert state["optimizer.state.1.weight.step"].initial == 0
    assert "optimizer.param_groups.0.step" not in state


def test_gradients_that_no_step_clears_are_state():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(batch):
        loss = F.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        return loss

    assert "gradient.weight" in _state(capture(step, model=model, optimizer=optimizer, example=_batch()))

    def clearing(batch):
        loss = step(batch)
        optimizer.zero_grad()
        return loss

    assert "gradient.weight" not in _state(capture(clearing, model=model, optimizer=optimizer, example=_batch()))


@pytest.mark.parametrize("set_to_none", [False, True])
def test_cleared_gradients_are_no_state(set_to_none):
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(batch):
        optimizer.zero_grad(set_to_none=set_to_none)
        loss = F.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        return loss

    assert "gradient.weight" not in _state(capture(step, model=model, optimizer=optimizer, example=_batch()))


def test_tied_weights_are_one_state_tensor():
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(8, 4)
            self.head = nn.Linear(4, 8, bias=False)
            self.head.weight = self.embed.weight

        def forward(self, x):
            return self.head(self.embed(x))

    model = Tied()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    batch = torch.randint(0, 8, (6,)), torch.randint(0, 8, (6,))
    names = set(_state(capture(_step(model, optimizer), model=model, optimizer=optimizer, example=batch)))
    assert names == {"model.embed.weight", "optimizer.param_groups.0.lr"}


def test_a_loss_function_stands_in_for_a_step():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    program = capture(model=model, optimizer=optimizer, loss=F.cross_entropy, example=_batch())
    assert ("state", "model.weight") in program.captured().functions[0].results
    with pytest.raises(TypeError, match="not both"):
        capture(model=model, optimizer=optimizer, example=_batch())


def test_a_scheduler_hidden_from_the_step_is_found():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    holder = {"scheduler": torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)}

    def step(batch):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        holder["scheduler"].step()
        return loss

    state = _state(capture(step, model=model, optimizer=optimizer, example=_batch(), horizon=8))
    assert state["scheduler.lr_table"].initial.tolist() == [[0.5 * 0.5**i for i in range(8)]]


def _failing(body, match, optimizer=None):
    model = _model()
    optimizer = optimizer or torch.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(FungibleError, match=match):
        capture(lambda batch: body(model, optimizer, batch), model=model, optimizer=optimizer, example=_batch())


def test_a_branch_on_a_value_is_located():
    def body(model, optimizer, batch):
        loss = model(batch[0]).sum()
        if loss > 0:
            loss = loss * 2
        return loss

    _failing(body, r"test_capture\.py:\d+: .*value of a tensor")


def test_a_python_number_from_a_tensor_is_located():
    _failing(lambda model, optimizer, batch: model(batch[0]).sum() * float(batch[0].sum()), r"test_capture\.py:\d+: ")


def test_item_that_is_only_reported_is_a_tensor():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    step = _step(model, optimizer)
    program = capture(lambda batch: step(batch).item(), model=model, optimizer=optimizer, example=_batch())
    assert program.captured().functions[0].outputs.shape == ()


def test_a_data_dependent_shape_is_located():
    _failing(lambda model, optimizer, batch: model(batch[0][batch[1] > 0]).sum(), r"test_capture\.py:\d+: ")


def test_an_exception_of_the_step_is_located():
    _failing(lambda model, optimizer, batch: model(batch[0][:, :3]).sum(), r"test_capture\.py:\d+: .*RuntimeError")


def test_a_result_that_is_no_tensor():
    _failing(lambda model, optimizer, batch: {"loss": 1.0}, r"output\['loss'\] is a float")


def test_a_parameter_behind_the_models_back():
    model = _model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    own = list(model.parameters())

    def step(batch):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        nn.utils.clip_grad_norm_(own, 1.0)
        optimizer.step()
        return loss

    with pytest.raises(CaptureError, match=r"test_capture\.py:\d+: the step reaches the gradient of 0\.weight"):
        capture(step, model=model, optimizer=optimizer, example=_batch())


def test_an_optimizer_without_an_update_op():
    model = _model()
    optimizer = torch.optim.RMSprop(model.parameters())
    with pytest.raises(CaptureError, match="RMSprop is not supported; use one of torch.optim.{SGD, Adam, AdamW}"):
        capture(_step(model, optimizer), model=model, optimizer=optimizer, example=_batch())


def test_an_optimizer_of_another_model():
    other = _model()
    optimizer = torch.optim.SGD(other.parameters(), lr=0.1)
    model = _model()
    with pytest.raises(CaptureError, match=r"param_groups\[0\]\['params'\]\[0\] .* is not a parameter of the model"):
        capture(_step(model, optimizer), model=model, optimizer=optimizer, example=_batch())


def test_an_optimizer_that_was_not_passed():
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2))
    passed, other = (torch.optim.SGD(layer.parameters(), lr=0.1) for layer in model)

    def step(batch):
        loss = F.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        passed.step()
        other.step()
        return loss

    for optimizer in (passed, None):
        with pytest.raises(CaptureError, match="is not the one passed as optimizer="):
            capture(step, model=model, optimizer=optimizer, example=_batch())


def test_parameters_of_a_dtype_that_no_update_takes():
    model = nn.Linear(4, 2).bfloat16()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(CaptureError, match=r"parameter weight is bfloat16; .* \(model\.float\(\)\)"):
        capture(_step(model, optimizer), model=model, optimizer=optimizer, example=_batch())


def test_a_second_model_that_changes():
    other = nn.BatchNorm1d(4)
    _failing(lambda model, optimizer, batch: model(other(batch[0])).sum(), r"test_capture\.py:\d+: the step writes to a tensor")


def test_lazy_parameters():
    with pytest.raises(CaptureError, match="lazy parameters"):
        capture(lambda batch: batch, model=nn.LazyLinear(2), optimizer=None, example=torch.zeros(1))


def test_an_exception_that_torch_logs_is_said_once(caplog):
    test_an_exception_of_the_step_is_located()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_keys_that_are_no_strings():
    model = nn.Linear(4, 2)
    program = Program(model=model, optimizer=None, step=lambda batch: model(batch[0]), batches=[{0: torch.zeros(1, 4)}])
    with pytest.raises(CaptureError, match="batch: the key 0 is a int; keys of dictionaries have to be strings"):
        program.compile()


def test_a_scheduler_that_measures():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
    with pytest.raises(CaptureError, match="ReduceLROnPlateau depends on a measured value"):
        capture(_step(model, optimizer), model=model, optimizer=optimizer, example=_batch(), scheduler=scheduler)


def test_a_scheduler_that_changes_momentum():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=20000)
    with pytest.raises(CaptureError, match="cycle_momentum=False"):
        capture(_step(model, optimizer, scheduler), model=model, optimizer=optimizer, example=_batch())


def test_only_the_step_may_train():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    step = _step(model, optimizer)
    program = Program(model=model, optimizer=optimizer, step=step, evaluate=step, batches=[_batch()])
    with pytest.raises(CaptureError, match="called outside of the training step"):
        program.captured()
    assert not optimizer.state and "step" not in vars(optimizer)


def test_batches_that_can_be_read_once_only():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    program = Program(
        model=model, optimizer=optimizer, step=_step(model, optimizer), batches=iter([_batch()])
    )
    with pytest.raises(FungibleError, match="an iterator, which can be read once only"):
        program.captured()


def test_leaf_names_read_like_python():
    tree = (torch.zeros(1), {"x": [torch.zeros(1)]})
    assert [name for name, _ in leaf_names(tree, "batch")] == ["batch[0]", "batch[1]['x'][0]"]
