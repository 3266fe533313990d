/*
 * The floor under the echo servers: what an edge-triggered epoll echo costs in C, with the same habits as v2's reactor.
 * It accepts until EAGAIN, receives once per event unless the buffer was filled, keeps what the kernel doesn't take, and
 * stops receiving from who doesn't take it. One thread. Built and run by `npm run bench -- echo`.
 *
 *     cc -O2 -o echo echo.c && ./echo 8080
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS_MAX = 1024, BUFFER_BYTES = 256 * 1024, BACKLOG = 65535 };

struct connection {
  int fd;
  /* Received and not taken back yet: bytes [start, end) of pending. */
  char *pending;
  size_t start, end;
};

static char buffer[BUFFER_BYTES];

static void die(const char *call) {
  perror(call);
  exit(1);
}

static void drop(struct connection *connection) {
  close(connection->fd);
  free(connection->pending);
  free(connection);
}

/* Sends what is pending. Answers 1 when nothing is left, 0 when the peer takes no more, -1 when it is gone. */
static int flush(struct connection *connection) {
  while (connection->start < connection->end) {
    ssize_t sent = send(connection->fd, connection->pending + connection->start, connection->end - connection->start,
                        MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN ? 0 : -1;
    connection->start += (size_t)sent;
  }
  free(connection->pending);
  connection->pending = NULL;
  return 1;
}

/* Answers 0 when there is nothing more to do now, -1 when the connection is over. */
static int echo(struct connection *connection, uint32_t events) {
  for (;;) {
    if (connection->pending != NULL) {
      int flushed = flush(connection);
      if (flushed <= 0) return flushed;
    }
    ssize_t received = recv(connection->fd, buffer, sizeof buffer, 0);
    if (received == 0) return -1;
    if (received < 0) return errno == EAGAIN ? 0 : -1;
    ssize_t sent = send(connection->fd, buffer, (size_t)received, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return -1;
    if (sent < received) {
      size_t rest = (size_t)received - (size_t)(sent < 0 ? 0 : sent);
      connection->pending = malloc(rest);
      if (connection->pending == NULL) return -1;
      memcpy(connection->pending, buffer + received - rest, rest);
      connection->start = 0;
      connection->end = rest;
      continue;
    }
    /* A receive that doesn't fill the buffer has emptied the socket, unless the peer's end waits behind it. */
    if (received < (ssize_t)sizeof buffer && (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) == 0) return 0;
  }
}

static void accept_all(int epoll, int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) die("calloc");
    connection->fd = fd;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = connection};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
  }
}

static int listen_on(int port) {
  int one = 1;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) die("socket");
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
  if (listen(fd, BACKLOG) < 0) die("listen");
  return fd;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: echo PORT\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  int listener = listen_on(atoi(argv[1]));
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) die("epoll_create1");
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0) die("epoll_ctl");
  for (;;) {
    struct epoll_event events[EVENTS_MAX];
    int count = epoll_wait(epoll, events, EVENTS_MAX, -1);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    for (int index = 0; index < count; index++) {
      struct connection *connection = events[index].data.ptr;
      if (connection == NULL) accept_all(epoll, listener);
      else if (echo(connection, events[index].events) < 0) drop(connection);
    }
  }
}
