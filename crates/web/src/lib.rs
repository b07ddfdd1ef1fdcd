//! The HTTP face: API with OpenAPI, sign-in, metrics.
