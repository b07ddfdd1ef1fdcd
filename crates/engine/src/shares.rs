//! Work in shares, one a thread: shares follow on each other and so do their results, so that nothing depends on how many there are.

/// What `each` makes of every share, in the order of the shares. The first is done on this thread.
pub(crate) fn in_shares<S: Send, R: Send>(
    shares: impl IntoIterator<Item = S>,
    each: impl Fn(S) -> R + Sync,
) -> Vec<R> {
    let each = &each;
    std::thread::scope(|scope| {
        let mut shares = shares.into_iter();
        let Some(first) = shares.next() else { return Vec::new() };
        let others: Vec<_> = shares.map(|share| scope.spawn(move || each(share))).collect();
        let mut all = vec![each(first)];
        for other in others {
            match other.join() {
                Ok(result) => all.push(result),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

/// How many of so many things each of some threads gets; never none.
pub(crate) fn share(things: usize, threads: usize) -> usize {
    things.div_ceil(threads.max(1)).max(1)
}
