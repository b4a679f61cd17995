/**
 * Sockets: listening, accepting up to a limit, encrypting, and closing in good order. It knows no
 * protocol; a protocol hands in what handles its connections.
 */
package io.kvstore.server.net;
