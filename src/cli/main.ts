import { Command, CommanderError } from 'commander'
import { restoreCommand } from './restore'

/** Exit codes: 0 all succeeded, 1 some failed, 2 wrong usage. */
const wrongUsage = 2

const program = new Command('petrichor')
  .description('Clean photographs of rain, haze, snow, noise, blur, darkness and JPEG blocks.')
  .exitOverride()
  .showHelpAfterError('(add --help for the options)')
  .addCommand(restoreCommand().exitOverride())

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : wrongUsage
}
