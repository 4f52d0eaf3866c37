import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';

/** Something that changes what is stored; what it makes old is asked for again. */
export function useChange<Input, Output>(
  change: (input: Input) => Promise<Output>,
  old: readonly string[],
  onDone: (output: Output, input: Input) => void = () => {},
): UseMutationResult<Output, Error, Input> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (output, input) => {
      for (const name of [...old, 'audit']) void queries.invalidateQueries({ queryKey: [name] });
      onDone(output, input);
    },
  });
}
