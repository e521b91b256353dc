{% load static %}// Keeps one page for the time without a network. Nothing of a person is ever cached.
const KEPT = "offline-1";
const PIECES = ["/offline/", "{% static 'bootstrap/css/bootstrap.min.css' %}", "{% static 'portal/house.css' %}", "{% static 'portal/portal.css' %}", "{% static 'portal/print.css' %}", "{% static 'portal/mark.svg' %}"];
self.addEventListener("install", (event) => event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(PIECES))));
self.addEventListener("activate", (event) => event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))));
self.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate" && event.request.method === "GET") {
    event.respondWith(fetch(event.request).catch(() => caches.match("/offline/")));
  } else if (PIECES.includes(new URL(event.request.url).pathname)) {
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
  }
});
