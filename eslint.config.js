import { readFileSync } from 'node:fs'
import vue from 'eslint-plugin-vue'
import { defineConfig, globalIgnores } from 'eslint/config'
import ts from 'typescript-eslint'

// Who may import whom; tests/unit/house.test.ts holds the same walls for imports that this rule does not see.
const walls = JSON.parse(readFileSync(new URL('scripts/house/walls.json', import.meta.url), 'utf8'))

/** Forbids the files of one folder of `src` to import by these patterns. */
const wall = (folder, patterns) => ({
  files: [`src/${folder}/**`],
  rules: {
    'no-restricted-imports': ['error', { patterns }],
  },
})

const into = (folders, message) => folders.map((folder) => ({ group: [`**/${folder}/**`], message }))

/** What the files of one side of the app may not import. */
const outOfReach = (side) => [
  ...into(
    Object.keys(walls.mayImport).filter((other) => other !== side && !walls.mayImport[side].includes(other)),
    `Of ours ${side} imports ${walls.mayImport[side].join(' and ') || 'nothing'} only.`,
  ),
  ...(walls.electronIn.includes(side)
    ? []
    : [{ group: ['electron', 'electron/*'], message: `${side} knows no Electron.` }]),
  ...(walls.nodeIn.includes(side) ? [] : [{ group: ['node:*'], message: `${side} has no Node.` }]),
]

/** What the files of one room of core may not import: the rooms above it too. */
const aboveRoom = (room) =>
  into(
    walls.coreFromTheGround.slice(walls.coreFromTheGround.indexOf(room) + 1),
    `${room} lies below it, see docs/architecture.md.`,
  )

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
  Object.keys(walls.mayImport).map((side) => wall(side, outOfReach(side))),
  walls.coreFromTheGround.map((room) => wall(`core/${room}`, [...outOfReach('core'), ...aboveRoom(room)])),
)
