"""Architectures of the `transformers` library, in tiny configurations, as people train them.

Each entry takes a number of steps and gives the model, the optimizer, the step and its batches.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from case import training

VOCABULARY, LENGTH, BATCH = 96, 16, 4
_TEXT = {"vocab_size": VOCABULARY, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
_LLAMA = {**_TEXT, "intermediate_size": 64, "num_key_value_heads": 2, "max_position_embeddings": 64}
_ENDS = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 2}


def _tokens(count: int, length: int = LENGTH) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return [torch.randint(3, VOCABULARY, (BATCH, length), generator=generator) for _ in range(count)]


def _train(model: torch.nn.Module, loss: Callable[[Any], torch.Tensor], batches: list[Any]):
    return training(model, torch.optim.AdamW(model.parameters(), lr=1e-3), loss, batches)


def _causal(config_name: str, model_name: str, **options):
    def build(steps: int):
        import transformers

        torch.manual_seed(0)
        config = getattr(transformers, config_name)(**options)
        model = getattr(transformers, model_name)(config)
        return _train(model, lambda tokens: model(input_ids=tokens, labels=tokens, use_cache=False).loss, _tokens(steps))

    return build


def _bert(steps: int):
    from transformers import BertConfig, BertForMaskedLM

    torch.manual_seed(0)
    model = BertForMaskedLM(BertConfig(**_TEXT, intermediate_size=64, max_position_embeddings=64))
    batches = [(tokens, (torch.arange(LENGTH) < LENGTH - 3).long().expand(BATCH, -1).contiguous()) for tokens in _tokens(steps)]
    return _train(model, lambda b: model(input_ids=b[0], attention_mask=b[1], labels=b[0]).loss, batches)


def _t5(steps: int):
    from transformers import T5Config, T5ForConditionalGeneration

    torch.manual_seed(0)
    config = T5Config(vocab_size=VOCABULARY, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4, decoder_start_token_id=0)
    model = T5ForConditionalGeneration(config)
    batches = list(zip(_tokens(steps), _tokens(steps, 12)))
    return _train(model, lambda b: model(input_ids=b[0], labels=b[1], use_cache=False).loss, batches)


def _images(steps: int, size: int, classes: int = 5) -> list[tuple[torch.Tensor, torch.Tensor]]:
    generator = torch.Generator().manual_seed(1)
    return [
        (torch.randn(BATCH, 3, size, size, generator=generator), torch.randint(0, classes, (BATCH,), generator=generator))
        for _ in range(steps)
    ]


def _classifier(config_name: str, model_name: str, size: int, **options):
    def build(steps: int):
        import transformers

        torch.manual_seed(0)
        model = getattr(transformers, model_name)(getattr(transformers, config_name)(num_labels=5, **options))
        return _train(model, lambda b: model(pixel_values=b[0], labels=b[1]).loss, _images(steps, size))

    return build


def _clip(steps: int):
    from transformers import CLIPConfig, CLIPModel

    torch.manual_seed(0)
    text = {**_TEXT, "intermediate_size": 64, "max_position_embeddings": LENGTH, **_ENDS}
    vision = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    vision |= {"image_size": 32, "patch_size": 8}
    model = CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=16))
    batches = [(tokens, images) for tokens, (images, _) in zip(_tokens(steps), _images(steps, 32))]
    return _train(model, lambda b: model(input_ids=b[0], pixel_values=b[1], return_loss=True).loss, batches)


def _whisper(steps: int):
    from transformers import WhisperConfig, WhisperForConditionalGeneration

    torch.manual_seed(0)
    config = WhisperConfig(
        vocab_size=VOCABULARY,
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        num_mel_bins=8,
        max_source_positions=20,
        max_target_positions=32,
        decoder_start_token_id=0,
        **_ENDS,
    )
    model = WhisperForConditionalGeneration(config)
    generator = torch.Generator().manual_seed(1)
    batches = [(torch.randn(BATCH, 8, 40, generator=generator), tokens) for tokens in _tokens(steps)]
    return _train(model, lambda b: model(input_features=b[0], labels=b[1], use_cache=False).loss, batches)


ARCHITECTURES = {
    "GPT-2": _causal(
        "GPT2Config", "GPT2LMHeadModel", vocab_size=VOCABULARY, n_positions=64, n_embd=32, n_layer=2, n_head=4, bos_token_id=0, eos_token_id=1
    ),
    "Llama": _causal("LlamaConfig", "LlamaForCausalLM", **_LLAMA, **_ENDS),
    "Mistral": _causal("MistralConfig", "MistralForCausalLM", **_LLAMA, sliding_window=8, **_ENDS),
    "Qwen3": _causal("Qwen3Config", "Qwen3ForCausalLM", **_LLAMA, head_dim=8, **_ENDS),
    "Gemma": _causal("GemmaConfig", "GemmaForCausalLM", **_LLAMA, head_dim=8, **_ENDS),
    "BERT": _bert,
    "T5": _t5,
    "ViT": _classifier(
        "ViTConfig",
        "ViTForImageClassification",
        32,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        image_size=32,
        patch_size=8,
    ),
    "CLIP": _clip,
    "Whisper": _whisper,
    "ResNet": _classifier(
        "ResNetConfig", "ResNetForImageClassification", 32, embedding_size=8, hidden_sizes=[8, 16], depths=[2, 2], layer_type="basic"
    ),
    "ConvNeXt": _classifier("ConvNextConfig", "ConvNextForImageClassification", 32, hidden_sizes=[8, 16], depths=[2, 2], num_stages=2),
    "Mamba": _causal(
        "MambaConfig", "MambaForCausalLM", vocab_size=VOCABULARY, hidden_size=32, num_hidden_layers=2, state_size=8, **_ENDS
    ),
    "Mixtral": _causal(
        "MixtralConfig", "MixtralForCausalLM", **_LLAMA, num_local_experts=4, num_experts_per_tok=2, output_router_logits=True, **_ENDS
    ),
}
