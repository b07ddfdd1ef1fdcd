//! 项目支出绩效目标执行监控表.

/// Fills the form from what monitoring came to; see there.
pub use jixiao_core::monitor::form as monitoring;
