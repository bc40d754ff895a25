import { open } from 'node:fs/promises';

/** Of file systems that cannot sync a folder: there the rename is as safe as they make it. */
const CANNOT_SYNC_FOLDERS: readonly unknown[] = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'];

/** Puts a folder's entries on disk, so that a rename is not undone by a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!CANNOT_SYNC_FOLDERS.includes((error as NodeJS.ErrnoException).code)) throw error;
  } finally {
    // Nothing was written through it.
    await handle.close().catch(() => undefined);
  }
}
