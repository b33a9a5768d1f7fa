# One transformer block trained with AdamW, clipping, dropout and a schedule, at every stage.
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
from torch.nn import functional as F

import fungible


class Block(nn.Module):
    def __init__(self, width=16, heads=2):
        super().__init__()
        self.heads = heads
        self.embed = nn.Embedding(32, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(width, 32)

    def forward(self, tokens):
        x = self.embed(tokens)
        q, k, v = (t.unflatten(-1, (self.heads, -1)).transpose(1, 2) for t in self.qkv(self.norm1(x)).chunk(3, -1))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)
        x = x + self.dropout(self.out(mixed))
        return self.head(x + self.dropout(self.down(F.gelu(self.up(self.norm2(x))))))


def build():
    model = Block()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: min(1.0, (epoch + 1) / 10))

    def step(batch):
        x, y = batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        return loss

    tokens = torch.zeros(2, 8, dtype=torch.long)
    return fungible.Program(model=model, optimizer=optimizer, step=step, batches=[(tokens, tokens)], horizon=64)


# TORCH-LABEL: func.func @step
# TORCH-SAME: {fungible.role = "buffer", fungible.state = "scheduler.lr_table"}
# TORCH-SAME: {fungible.role = "counter", fungible.state = "scheduler.last_epoch"}
# TORCH-SAME: {fungible.role = "rng", fungible.state = "rng.seed"}
# TORCH: torch.aten.embedding
# TORCH: torch.aten.native_layer_norm
# TORCH: scaled_dot_product_flash_attention_for_cpu
# TORCH: torch.operator "torch.fungible.dropout"
# TORCH: torch.aten.linalg_vector_norm
# TORCH: torch.operator "torch.fungible.adamw"

# FUNGIBLE-LABEL: func.func @step
# FUNGIBLE: "fungible.embedding"
# FUNGIBLE: "fungible.layer_norm"
# FUNGIBLE: "fungible.attention"
# FUNGIBLE: "fungible.dropout"
# FUNGIBLE: "fungible.cross_entropy"
# FUNGIBLE: "fungible.cross_entropy_backward"
# FUNGIBLE: "fungible.attention_backward"
# FUNGIBLE: "fungible.layer_norm_backward"
# FUNGIBLE: "fungible.embedding_backward"
# FUNGIBLE: "fungible.vector_norm"
# FUNGIBLE: "fungible.adamw"

# LINALG: ml_program.global {{(public|private)}} mutable @scheduler.last_epoch
# LINALG-LABEL: func.func @step
# LINALG: ml_program.global_load @rng.seed
# LINALG: ml_program.global_store @scheduler.last_epoch
# LINALG: ml_program.global_store @rng.step

# INPUT: util.global private mutable @optimizer.state.head.weight.exp_avg
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
