package bookshop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cache.annotation.EnableCaching;

/** An application whose caches, locks and sessions are in a replicated store. */
@SpringBootApplication
@EnableCaching
public class Bookshop {
  public static void main(String[] args) {
    SpringApplication.run(Bookshop.class, args);
  }
}
