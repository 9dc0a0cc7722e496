"""The service model: botocore's shapes, compiled to what the layers above look up."""
