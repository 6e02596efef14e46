/** What every answer that a browser shows as a page carries, besides its own Content-Security-Policy. */
export const hardening = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
} as const;
