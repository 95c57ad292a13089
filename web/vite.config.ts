import { defineConfig } from 'vite'
import react from '@vitejs/plugin-react'

// Everything is bundled; the page asks no other host for anything and runs under a CSP without 'unsafe-inline' scripts.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  css: { modules: { generateScopedName: '[name]_[local]_[hash:base64:4]' } },
})
