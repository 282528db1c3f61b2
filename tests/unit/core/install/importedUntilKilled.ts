/*
 * Begins to import a file of weights and is killed when the first of them are written:
 *
 *     node --import tsx tests/unit/core/checkpoint/importedUntilKilled.ts FILE LIBRARY
 */
import { importWeights } from '../../../../src/core/install/importWeights'

const [file, library] = process.argv.slice(2) as [string, string]
await importWeights(file, library, {}, { onProgress: () => process.kill(process.pid, 'SIGKILL') })
