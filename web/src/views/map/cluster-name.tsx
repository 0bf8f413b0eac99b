/** @file The name of a cluster: given by people, kept by the run for all who open it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { jsonOf } from '../../source/service.ts';
import { useSource } from '../../source/source.ts';

interface ClusterNameProps {
  readonly cluster: number;
  readonly name: string | undefined;
  readonly onNamed: (cluster: number, name: string | undefined) => void;
}

/** Nothing on an exported page, whose legend has the names. */
export function ClusterName({ cluster, name = '', onNamed }: ClusterNameProps): JSX.Element | null {
  const { service } = useSource();
  const [text, setText] = useState(name);
  const [error, setError] = useState<Error>();
  if (service === undefined) return null;
  const give = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      const given = text.trim();
      await jsonOf(service.clusters.$post({ json: { cluster, name: given || null } }));
      setError(undefined);
      onNamed(cluster, given || undefined);
    } catch (error) {
      setError(error as Error);
    }
  };
  return (
    <form class="toolbar" onSubmit={give}>
      <input
        value={text}
        maxLength={200}
        placeholder={`Cluster ${cluster + 1}`}
        aria-label="Name of the cluster"
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit" disabled={text.trim() === name}>
        Name it
      </button>
      {error !== undefined && <p role="alert">{error.message}</p>}
    </form>
  );
}
