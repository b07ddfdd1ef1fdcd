//! Charts, forms, report content and open data: values in, texts and bytes out.
