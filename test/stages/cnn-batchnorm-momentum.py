# A convolutional network with BatchNorm and max pooling, trained with momentum, at every stage.
#
# RUN: rm -rf %t && fungc compile %s --dump-stages-to %t -o %t.fung
# RUN: filecheck %s --check-prefix=TORCH --input-file %t/1-torch.mlir
# RUN: filecheck %s --check-prefix=FUNGIBLE --input-file %t/2-fungible.mlir
# RUN: filecheck %s --check-prefix=LINALG --input-file %t/3-linalg.mlir
# RUN: filecheck %s --check-prefix=LINALG --input-file %t/4-legalized.mlir
# RUN: filecheck %s --check-prefix=INPUT --input-file %t/5-input.mlir
# RUN: filecheck %s --check-prefix=FLOW --input-file %t/6-flow.mlir
# RUN: filecheck %s --check-prefix=STREAM --input-file %t/7-stream.mlir
# RUN: filecheck %s --check-prefix=TARGETS --input-file %t/8-executable-targets.mlir
# RUN: filecheck %s --check-prefix=HAL --input-file %t/9-hal.mlir
# RUN: filecheck %s --check-prefix=VM --input-file %t/10-vm.mlir

import torch
from torch import nn

import fungible


def build():
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, 10)
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-4)

    def step(batch):
        images, labels = batch
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        return loss

    example = (torch.ones(8, 1, 8, 8), torch.zeros(8, dtype=torch.long))
    return fungible.Program(model=model, optimizer=optimizer, step=step, batches=[example])


# TORCH-LABEL: func.func @step
# TORCH-SAME: {fungible.role = "buffer", fungible.state = "model.1.running_mean"}
# TORCH-SAME: {fungible.role = "optimizer", fungible.state = "optimizer.state.0.weight.momentum_buffer"}
# TORCH: torch.aten.convolution
# TORCH: _native_batch_norm_legit_functional
# TORCH: torch.aten.max_pool2d_with_indices
# TORCH: torch.aten.convolution_backward
# TORCH: torch.operator "torch.fungible.sgd_momentum"

# FUNGIBLE: "fungible.state"() {role = "buffer", sym_name = "model.1.running_mean", type = tensor<4xf32>}
# FUNGIBLE-LABEL: func.func @step
# FUNGIBLE: "fungible.convolution"
# FUNGIBLE: "fungible.batch_norm"
# FUNGIBLE: "fungible.max_pool"
# FUNGIBLE: "fungible.cross_entropy"
# FUNGIBLE: "fungible.cross_entropy_backward"
# FUNGIBLE: "fungible.max_pool_backward"
# FUNGIBLE: "fungible.batch_norm_backward"
# FUNGIBLE: "fungible.convolution_backward"
# FUNGIBLE: "fungible.sgd_momentum"
# FUNGIBLE: "fungible.state_write"(%{{.*}}) {state = @model.1.running_mean}

# LINALG: ml_program.global {{(public|private)}} mutable @model.1.running_mean
# LINALG-LABEL: func.func @step
# LINALG-NOT: fungible.convolution
# LINALG-NOT: torch.aten
# LINALG: linalg.generic
# LINALG: ml_program.global_store @model.1.running_mean
# LINALG: return

# INPUT: util.global private mutable @model.1.running_mean
# INPUT: util.func public @step

# FLOW: flow.executable
# FLOW: util.func public @step
# FLOW: flow.dispatch @

# STREAM: stream.cmd.execute
# STREAM: stream.cmd.dispatch @

# TARGETS: llvm.func @

# HAL: hal.executable.binary
# HAL: hal.command_buffer

# VM: vm.module public @module
# VM: vm.export @step
