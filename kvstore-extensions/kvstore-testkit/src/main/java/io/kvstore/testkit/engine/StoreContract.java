package io.kvstore.testkit.engine;

/**
 * What every store does, whatever engine runs it, as tests: a class that implements this runs them
 * on its own engine.
 *
 * <pre>{@code
 * class MyEngineTest implements StoreContract {
 *   @Override
 *   public Stream<Setup> setups() {
 *     return Stream.of(Consistency.values()).map(MySetup::new);
 *   }
 * }
 * }</pre>
 */
public interface StoreContract
    extends ReadsAndWritesContract,
        UpdatesContract,
        WritesByLevelContract,
        TransactionsContract,
        ScansContract,
        LifetimesContract,
        SessionsContract,
        AsyncContract,
        CallbacksContract,
        MapContract,
        CodecsContract,
        UndecodableContract,
        LimitsContract,
        MisuseContract,
        WatchContract,
        WatchListenerContract,
        ClosingContract {}
