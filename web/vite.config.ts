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
    // Modules of src/ do nothing when loaded: a face takes only what is used along, and the rest goes to the chunk that uses it.
    rolldownOptions: { treeshake: { moduleSideEffects: [{ test: /\/src\/(?:query|schema)\//, sideEffects: false }] } },
  },
  css: { modules: { generateScopedName: '[name]_[local]_[hash:base64:4]' } },
})
