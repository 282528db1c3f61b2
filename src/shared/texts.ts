/** What main says in the window's language: menu, dialogs, notifications. */
import { z } from 'zod'

/** What a menu item asks the window to do. */
export const MenuCommand = z.enum([
  'open-files',
  'open-folder',
  'restore',
  'queue-selection',
  'save-result',
  'toggle-queue',
  'open-settings',
  'open-models',
  'open-machine',
  'show-shortcuts',
])
export type MenuCommand = z.infer<typeof MenuCommand>

const Label = z.string().min(1).max(80)
/** What the application menu says, in the window's language. */
export const MenuLabels = z.object({
  file: Label,
  photo: Label,
  view: Label,
  help: Label,
  ...(Object.fromEntries(MenuCommand.options.map((name) => [name, Label])) as Record<
    MenuCommand,
    typeof Label
  >),
})
export type MenuLabels = z.infer<typeof MenuLabels>

/** What main says outside the window, in the window's language. */
export const Texts = z.object({
  menu: MenuLabels,
  /** Kinds of files that dialogs ask for. */
  files: z.object({ photos: Label, weights: Label, settings: Label }),
  /** Titles of dialogs, by what they are for. */
  dialogs: z.object({
    files: Label,
    folder: Label,
    destination: Label,
    saveResult: Label,
    weights: Label,
    modelFolder: Label,
    saveSettings: Label,
    loadSettings: Label,
  }),
  /**
   * What is told when the queue has come to its end; {done} and {failed} stand for how many photos were restored or
   * not.
   */
  ended: z.object({ well: Label, badly: Label, done: Label, doneAndFailed: Label }),
})
export type Texts = z.infer<typeof Texts>
