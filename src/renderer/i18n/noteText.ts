import type { Note } from '../../shared/job'
import { i18n } from '.'

/** What is worth saying of a result, in the window's language; main's own sentence is English. */
export function noteText({ code }: Note): string {
  return i18n.global.t(`note.${code}`)
}
