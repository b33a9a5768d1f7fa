"""What cannot be captured is one error, with the user's line where there is one."""


import pytest
import torch
import torch.nn.functional as F
from torch import nn

from fungible import Program, capture
from fungible.errors import CaptureError, FungibleError
from programs import make_batch, make_model, make_step


def _failing(body, match, optimizer=None):
    model = make_model()
    optimizer = optimizer or torch.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(FungibleError, match=match):
        capture(lambda batch: body(model, optimizer, batch), model=model, optimizer=optimizer, example=make_batch())


def test_a_branch_on_a_value_is_located():
    def body(model, optimizer, batch):
        loss = model(batch[0]).sum()
        if loss > 0:
            loss = loss * 2
        return loss

    _failing(body, r"test_capture_errors\.py:\d+: .*value of a tensor")


def test_a_python_number_from_a_tensor_is_located():
    _failing(lambda model, optimizer, batch: model(batch[0]).sum() * float(batch[0].sum()), r"test_capture_errors\.py:\d+: ")


def test_a_data_dependent_shape_is_located():
    _failing(lambda model, optimizer, batch: model(batch[0][batch[1] > 0]).sum(), r"test_capture_errors\.py:\d+: ")


def test_an_exception_of_the_step_is_located():
    _failing(lambda model, optimizer, batch: model(batch[0][:, :3]).sum(), r"test_capture_errors\.py:\d+: .*RuntimeError")


def test_a_result_that_is_no_tensor():
    _failing(lambda model, optimizer, batch: {"loss": 1.0}, r"output\['loss'\] is a float")


def test_a_parameter_behind_the_models_back():
    model = make_model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    own = list(model.parameters())

    def step(batch):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        nn.utils.clip_grad_norm_(own, 1.0)
        optimizer.step()
        return loss

    with pytest.raises(CaptureError, match=r"test_capture_errors\.py:\d+: the step reaches the gradient of 0\.weight"):
        capture(step, model=model, optimizer=optimizer, example=make_batch())


def test_an_optimizer_of_another_model():
    other = make_model()
    optimizer = torch.optim.SGD(other.parameters(), lr=0.1)
    model = make_model()
    with pytest.raises(CaptureError, match=r"param_groups\[0\]\['params'\]\[0\] .* is not a parameter of the model"):
        capture(make_step(model, optimizer), model=model, optimizer=optimizer, example=make_batch())


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
            capture(step, model=model, optimizer=optimizer, example=make_batch())


def test_a_second_model_that_changes():
    other = nn.BatchNorm1d(4)
    _failing(lambda model, optimizer, batch: model(other(batch[0])).sum(), r"test_capture_errors\.py:\d+: the step writes to a tensor")


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
        capture(make_step(model, optimizer), model=model, optimizer=optimizer, example=make_batch(), scheduler=scheduler)


def test_a_scheduler_that_changes_momentum():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=20000)
    with pytest.raises(CaptureError, match="cycle_momentum=False"):
        capture(make_step(model, optimizer, scheduler), model=model, optimizer=optimizer, example=make_batch())


def test_only_the_step_may_train():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    step = make_step(model, optimizer)
    program = Program(model=model, optimizer=optimizer, step=step, evaluate=step, batches=[make_batch()])
    with pytest.raises(CaptureError, match="called outside of the training step"):
        program.captured()
    assert not optimizer.state and "step" not in vars(optimizer)


def test_batches_that_can_be_read_once_only():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    program = Program(
        model=model, optimizer=optimizer, step=make_step(model, optimizer), batches=iter([make_batch()])
    )
    with pytest.raises(FungibleError, match="an iterator, which can be read once only"):
        program.captured()
