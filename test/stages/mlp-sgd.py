# A perceptron trained with SGD, at every stage.
#
# RUN: rm -rf %t && fungc compile %s --dump-stages-to %t -o %t.fung
# RUN: filecheck %s --check-prefix=TORCH --input-file %t/1-torch.mlir
# RUN: filecheck %s --check-prefix=FUNGIBLE --input-file %t/2-fungible.mlir
# RUN: filecheck %s --check-prefix=LINALG --input-file %t/3-linalg.mlir
# RUN: filecheck %s --check-prefix=ACCESSORS --input-file %t/3-linalg.mlir
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
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(batch):
        x, y = batch
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    return fungible.Program(
        model=model, optimizer=optimizer, step=step, batches=[(torch.ones(32, 8), torch.ones(32, 4))]
    )


# TORCH: module attributes {fungible.initial_state =
# TORCH-SAME: fungible.schema =
# TORCH-LABEL: func.func @step
# TORCH-SAME: !torch.vtensor<[16,8],f32> {fungible.role = "parameter", fungible.state = "model.0.weight"}
# TORCH-SAME: {fungible.role = "optimizer", fungible.state = "optimizer.param_groups.0.lr"}
# TORCH-SAME: {fungible.input = "batch[0]"}
# TORCH-SAME: {fungible.output = "output"}
# TORCH: torch.aten.addmm
# TORCH: torch.aten.relu
# TORCH: torch.aten.mean
# TORCH: torch.aten.where
# TORCH: torch.operator "torch.fungible.sgd"
# TORCH: dialect_resources

# FUNGIBLE: "fungible.state"() {role = "parameter", sym_name = "model.0.weight", type = tensor<16x8xf32>}
# FUNGIBLE: "fungible.state"() {role = "optimizer", sym_name = "optimizer.param_groups.0.lr", type = tensor<f32>}
# FUNGIBLE-LABEL: func.func @step
# FUNGIBLE-SAME: (%{{.*}}: !torch.vtensor<[32,8],f32> {fungible.input = "batch[0]"}, %{{.*}}: !torch.vtensor<[32,4],f32> {fungible.input = "batch[1]"})
# FUNGIBLE: "fungible.state_read"() {state = @model.0.weight}
# FUNGIBLE: torch.aten.relu
# FUNGIBLE: "fungible.sgd"
# FUNGIBLE: "fungible.state_write"(%{{.*}}) {state = @model.0.weight}
# FUNGIBLE: return

# ACCESSORS: ml_program.public_global_accessors = {get = "get:{0}", set = "set:{0}"}
# ACCESSORS: ml_program.global public mutable @model.0.weight(

# LINALG: ml_program.global {{(public|private)}} mutable @model.0.weight(dense<0.000000e+00> : tensor<16x8xf32>)
# LINALG-LABEL: func.func @step
# LINALG: ml_program.global_load @model.0.weight
# LINALG: linalg.matmul
# LINALG: ml_program.global_store @model.0.weight
# LINALG: return %{{.*}} : tensor<f32>

# INPUT: util.global private mutable @model.0.weight
# INPUT: util.func public @step
# INPUT: util.global.store %{{.*}}, @model.0.weight
# INPUT: util.func public @"get:16x8xf32"
# INPUT: util.func public @"set:16x8xf32"

# FLOW: flow.executable
# FLOW: util.func public @step
# FLOW: flow.dispatch @

# STREAM: stream.executable
# STREAM: stream.cmd.execute
# STREAM: stream.cmd.dispatch @

# TARGETS: hal.executable private @
# TARGETS: llvm.func @
# TARGETS: util.func public @step

# HAL: hal.executable.binary
# HAL: hal.command_buffer

# VM: fungible.initial_state =
# VM: vm.module public @module
# VM: vm.export @step
