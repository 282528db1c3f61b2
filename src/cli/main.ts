import { Command, CommanderError } from 'commander'
import { benchCommand } from './bench'
import { doctorCommand } from './doctor'
import { exitCodes } from './exitCodes'
import { modelsCommand } from './models'
import { restoreCommand } from './restore'

// A reader may close the pipe early (`| head`); the photos are restored all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

// A file size limit is reported as an error. Node ignores its signal only until a library starts and stops listening to
// it.
if (process.platform !== 'win32') process.on('SIGXFSZ', () => undefined)

const program = new Command('petrichor')
  .description('Clean photographs of rain, haze, snow, noise, blur, darkness and JPEG blocks.')
  .exitOverride()
  .showHelpAfterError('(add --help for the options)')
  .addCommand(restoreCommand().exitOverride())
  .addCommand(modelsCommand().exitOverride())
  .addCommand(doctorCommand().exitOverride())
  .addCommand(benchCommand().exitOverride())

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? exitCodes.success : exitCodes.wrongUsage
}
