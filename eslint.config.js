import vue from 'eslint-plugin-vue'
import { defineConfig, globalIgnores } from 'eslint/config'
import ts from 'typescript-eslint'

/** A wall of the house: the files of one folder may not import from these places. */
const wall = (folder, forbidden, because) => ({
  files: [`src/${folder}/**`],
  rules: {
    'no-restricted-imports': ['error', { patterns: [{ group: forbidden, message: because }] }],
  },
})

export default defineConfig(
  globalIgnores(['out/', 'dist/', 'training/', 'test-results/', 'playwright-report/', 'coverage/']),
  ts.configs.recommended,
  vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      // Prettier decides where lines break.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/multi-word-component-names': 'off',
    },
  },
  {
    files: ['src/**/*.ts', 'tests/**/*.ts', 'scripts/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  wall(
    'core',
    ['electron', '**/main/**', '**/preload/**', '**/renderer/**', '**/cli/**'],
    'core knows photos and networks, and no Electron.',
  ),
  wall(
    'cli',
    ['electron', '**/main/**', '**/preload/**', '**/renderer/**'],
    'The terminal stands on core alone.',
  ),
  wall(
    'shared',
    ['electron', 'node:*', '**/main/**', '**/preload/**', '**/renderer/**'],
    'shared runs on every side.',
  ),
  wall(
    'renderer',
    ['electron', 'node:*', '**/core/**', '**/main/**', '**/preload/**'],
    'The renderer knows only the contract in shared.',
  ),
  wall('main', ['**/renderer/**', '**/preload/**'], 'Nothing imports towards the user.'),
)
