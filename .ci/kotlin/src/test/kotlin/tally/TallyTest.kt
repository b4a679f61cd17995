package tally

import io.kvstore.Consistency
import io.kvstore.KVStore
import io.kvstore.NodeId
import io.kvstore.Update
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class TallyTest {
  private fun <R> withStore(block: (KVStore<String, String>) -> R): R =
    KVStore.builder().consistency(Consistency.LINEARIZABLE).replicas(3).open().use(block)

  @Test
  fun votesAreCountedAlsoWhenAReplicaIsLost() = withStore { store ->
    val tally = Tally(store)
    assertNull(tally.last())
    assertEquals(0, tally.of("ana"))

    assertEquals(1, tally.vote("ana"))
    assertEquals(1, tally.vote("ben"))
    store.cluster().crash(NodeId.of(0))
    assertEquals(2, tally.vote("ana"))

    assertEquals("ana", tally.last())
    assertEquals(listOf("ana" to 2L, "ben" to 1L), tally.ranking())
  }

  @Test
  fun aWriteTellsWhatItDid() = withStore { store ->
    assertTrue(store.putIfAbsent("k", "v"))
    val written = store.update(Update.put<String, String>("k", "w").ifValue("v"))
    assertTrue(written.applied())
    assertEquals("v", written.before().orElseThrow().value())
    assertFalse(store.async().replace("none", "x").join())
    assertEquals(mapOf("k" to "w"), store.asMap().toMap())
  }
}
