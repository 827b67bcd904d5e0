import { type Archive, encodingOf, unpackedFrom } from './archive.ts';
import { type ByteSource, bytesFrom } from './byte-source.ts';
import { type FeedFile, readColumns } from './read-feed.ts';
import { xlsxRecords } from './xlsx.ts';

/** A file of the archive as `readFeed` opens it. Of a workbook the bytes are those of its rows. */
export interface Received {
  readonly open: FeedFile['open'];
  close(): Promise<void>;
}

/** What has to be known of a received file to open it. */
export type ReceivedFile = Omit<FeedFile, 'open' | 'encoding'> & { readonly sha256: Buffer; readonly packed: boolean };

/** Bytes of a source that is read anywhere, counted as they are read. */
const counting = (source: ByteSource, heard: (bytes: number) => void): ByteSource => ({
  ...source,
  async read(start, length) {
    const bytes = await source.read(start, length);
    heard(bytes.length);
    return bytes;
  },
});

/** Opens a file of the archive; `heard` is told of the bytes that are read of it. */
export const openReceived = async (
  archive: Archive,
  file: ReceivedFile,
  heard: (bytes: number) => void,
): Promise<Received> => {
  if (file.form === 'xlsx') {
    const source = await archive.openAnywhere(file.sha256);
    const mapping = file.declarations ? null : (file.mapping ?? null);
    return { open: xlsxRecords(counting(source, heard), readColumns(file), mapping), close: source.close };
  }
  const open = archive.read(file.sha256, file.packed);
  return {
    async *open(offset) {
      for await (const chunk of open(offset)) {
        heard(chunk.length);
        yield chunk;
      }
    },
    close: async () => undefined,
  };
};

/** A file that was not received: as it lies on disk, with the encoding that is found out of it. */
export const openOnDisk = async (
  onDisk: ByteSource,
  file: Omit<ReceivedFile, 'sha256'>,
  heard: (bytes: number) => void,
): Promise<Pick<FeedFile, 'open' | 'encoding'>> => {
  const source = counting(onDisk, heard);
  if (file.form === 'xlsx')
    return { open: xlsxRecords(source, readColumns(file), file.mapping ?? null), encoding: 'utf-8' };
  const openFrom = (bytes: ByteSource) => (offset: number) =>
    file.packed ? unpackedFrom(bytesFrom(bytes, 0), offset) : bytesFrom(bytes, offset);
  return { open: openFrom(source), encoding: await encodingOf(openFrom(onDisk)(0)) };
};
