"""How training and transform jobs are listed: a page is filtered once it was fetched."""

from __future__ import annotations

LATE_FILTERS = frozenset(
    {"NameContains", "StatusEquals", "LastModifiedTimeAfter", "LastModifiedTimeBefore"}
)
"""Filters that leave gaps in a page, or all of it empty, while its NextToken leads on.

Source: model, ListTrainingJobs (StatusEquals); boto/boto3 issues 2838 and 3347, aws/aws-sdk issue 486
(NameContains, LastModifiedTimeAfter; also ListTransformJobs); LastModifiedTimeBefore assumed.
"""
