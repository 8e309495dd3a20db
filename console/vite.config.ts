import { defineConfig } from "vite";

const api = process.env.HYPOSTYLE_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  build: {
    target: ["chrome123", "firefox128", "safari17.5"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { "/api": api, "/openapi.json": api } },
});
