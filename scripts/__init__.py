"""Commands that maintainers run by hand."""
