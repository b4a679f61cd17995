package io.kvstore.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.ResolvableType;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Two instances of a small web application over one store: a session is the same at both. */
@Timeout(120)
class ShopTest {
  private final HttpClient browser =
      HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

  @Test
  void aSessionOutlivesReplicasAndInstances() throws Exception {
    try (KVStore<String, String> store = store();
        ServletWebServerApplicationContext first = open(store)) {
      try (ServletWebServerApplicationContext second = open(store)) {
        assertThat(get(first, "/login?name=ana")).isEqualTo("hello, ana");
        assertThat(get(second, "/add?item=book")).isEqualTo("ana has book");
        for (NodeId node : store.cluster().nodes()) {
          store.cluster().crash(node);
          assertThat(get(first, "/add?item=" + node)).contains("ana has book", node.toString());
          store.cluster().restart(node);
          assertThat(store.cluster().awaitMember(node, Duration.ofSeconds(20))).isTrue();
        }
      }
      assertThat(get(first, "/add?item=pen")).isEqualTo("ana has book n0 n1 n2 pen");
      assertThat(first.getBean(StoreSessionRepository.class).findByPrincipalName("ana")).hasSize(1);
      assertThat(get(first, "/logout")).isEqualTo("bye");
      assertThat(get(first, "/add?item=cup")).isEqualTo("nobody has cup");
    }
  }

  private static KVStore<String, String> store() {
    return KVStore.builder().failover(Failover.after(Duration.ofMillis(50))).open();
  }

  private static ServletWebServerApplicationContext open(KVStore<String, String> store) {
    return (ServletWebServerApplicationContext)
        new SpringApplicationBuilder(Shop.class)
            .properties("server.port=0", "server.address=127.0.0.1", "kvstore.session.enabled=true")
            .initializers(
                (GenericApplicationContext context) ->
                    context.registerBeanDefinition("store", definitionOf(store)))
            .run();
  }

  /** The store is shared: no instance closes it. */
  private static RootBeanDefinition definitionOf(KVStore<String, String> store) {
    RootBeanDefinition definition = new RootBeanDefinition();
    definition.setTargetType(
        ResolvableType.forClassWithGenerics(KVStore.class, String.class, String.class));
    definition.setInstanceSupplier(() -> store);
    definition.setDestroyMethodName("");
    return definition;
  }

  private String get(ServletWebServerApplicationContext at, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + at.getWebServer().getPort() + path);
    HttpResponse<String> answer =
        browser.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Shop {
    @RestController
    static class Counter {
      @GetMapping("/login")
      String login(HttpServletRequest request, @RequestParam("name") String name) {
        request
            .getSession()
            .setAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, name);
        request.getSession().setAttribute("name", name);
        request.changeSessionId();
        return "hello, " + name;
      }

      @GetMapping("/add")
      String add(HttpSession session, @RequestParam("item") String item) {
        Object before = session.getAttribute("items");
        String items = before == null ? item : before + " " + item;
        session.setAttribute("items", items);
        Object name = session.getAttribute("name");
        return (name == null ? "nobody" : name) + " has " + items;
      }

      @GetMapping("/logout")
      String logout(HttpSession session) {
        session.invalidate();
        return "bye";
      }
    }
  }
}
