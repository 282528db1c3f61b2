import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { workerEntries } from './src/main/workers/entries'

// Development and tests may run on an older Electron than the one we ship (docs/decisions/0001), so the
// builds aim at the older one.
const node = 'node20.18'
const chromium = 'chrome130'

const source = (path: string) => resolve(import.meta.dirname, 'src', path)

const workers = Object.fromEntries(
  Object.entries(workerEntries).map(([name, path]) => [`workers/${name}`, source(path)]),
)

export default defineConfig({
  // What stands in package.json's "dependencies" is loaded from node_modules at run time (native modules
  // must be); everything else is bundled.
  main: {
    build: {
      target: node,
      rolldownOptions: {
        input: { index: source('main/index.ts'), ...workers },
      },
    },
  },
  // A sandboxed preload can load neither ES modules nor node_modules: one CommonJS file with all it needs.
  preload: {
    build: {
      target: node,
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: source('preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: source('renderer'),
    plugins: [vue()],
    // vue-i18n's older interface and its developer tools stay out of the bundle.
    define: {
      __VUE_I18N_LEGACY_API__: false,
      __VUE_I18N_FULL_INSTALL__: false,
      __INTLIFY_PROD_DEVTOOLS__: false,
    },
    build: {
      target: chromium,
      minify: true,
      rolldownOptions: { input: source('renderer/index.html') },
    },
  },
})
