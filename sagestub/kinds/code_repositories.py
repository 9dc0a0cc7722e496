"""CodeRepository: a Git repository that notebooks may use.

Source: facts, metadata.yaml, CodeRepository.
"""

from __future__ import annotations

from sagestub.engine.kind import Kind, Message

CODE_REPOSITORY = Kind(
    name="CodeRepository",
    arn="code-repository/{CodeRepositoryName}",
    merges=("GitConfig",),
    sort_by="Name",
    sort_order="Ascending",
    not_found=Message(
        code="ValidationException",
        text="Cannot find CodeRepository: {arn}",
        source="hashicorp/terraform-provider-aws, code_repository.go (prefix)",
    ),
    exists=Message(
        code="ValidationException",
        text="CodeRepository already exists: {arn}",
        source="assumed, by analogy with Project",
    ),
    source="facts, metadata.yaml, CodeRepository",
)
