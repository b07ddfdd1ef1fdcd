//! Typeset pages: a template and its data in, the bytes of a PDF out. Nothing else depends on the typesetter.
