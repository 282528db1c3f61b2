import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [vue()],
  test: {
    include: ['tests/unit/**/*.test.ts', 'tests/corpus/**/*.test.ts'],
    // Real files and real processes: a busy machine takes longer than the 5 s that are the default.
    testTimeout: 30_000,
  },
})
