//! What people decide, kept: cases, money, users and the audit chain, on SQLite or PostgreSQL.
