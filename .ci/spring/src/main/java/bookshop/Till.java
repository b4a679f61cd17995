package bookshop;

import java.util.ArrayList;
import java.util.List;
import org.springframework.integration.support.locks.LockRegistry;
import org.springframework.stereotype.Service;

/** Sells each number once, one customer at a time, though it reads and writes in two steps. */
@Service
public class Till {
  private final LockRegistry locks;
  private final List<String> sold = new ArrayList<>();

  Till(LockRegistry locks) {
    this.locks = locks;
  }

  public int sell(String customer) throws InterruptedException {
    return locks.executeLocked(
        "till",
        () -> {
          int number = sold.size() + 1;
          sold.add(customer);
          return number;
        });
  }
}
