"""What members of one request must be to each other: the field rules of each kind, by family.

Read from the documentation strings of the service model, member by member, and from what others have
reported of the service. A rule stands here only where the documentation says it plainly, or where the
refusal was seen: nothing that the service accepts may be refused.
"""
