package bookshop;

import jakarta.servlet.http.HttpSession;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Where customers put books into their carts. */
@RestController
public class Counter {
  private final Till till;

  Counter(Till till) {
    this.till = till;
  }

  @GetMapping("/cart")
  String add(HttpSession session, @RequestParam("isbn") String isbn) {
    Object before = session.getAttribute("cart");
    String cart = before == null ? isbn : before + ", " + isbn;
    session.setAttribute("cart", cart);
    return cart;
  }

  @GetMapping("/pay")
  String pay(HttpSession session) throws InterruptedException {
    Object cart = session.getAttribute("cart");
    session.invalidate();
    return cart + ", sold as number " + till.sell("a customer");
  }
}
