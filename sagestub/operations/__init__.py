"""The verbs: one module each, generic over kinds. They know members and kinds, never HTTP."""
