import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The heap of objects is Java's own; malloc serves the compiler, zlib, direct buffers, threads. */
public class Work {
    static String digest(byte[] data) throws Exception {
        StringBuilder text = new StringBuilder();
        for (byte b : MessageDigest.getInstance("MD5").digest(data)) {
            text.append(String.format("%02x", b));
        }
        return text.toString();
    }

    static long work(int seed) throws Exception {
        Random random = new Random(seed);
        List<ByteBuffer> buffers = new ArrayList<>();
        CRC32 sum = new CRC32();
        for (int i = 0; i < 300; ++i) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 + random.nextInt(60000));
            while (buffer.remaining() >= 4) {
                buffer.putInt(random.nextInt(1000));
            }
            buffer.flip();
            sum.update(buffer);
            buffers.add(buffer);
            if (buffers.size() > 60) {
                buffers.subList(0, 30).clear();
            }
        }
        byte[] data = new byte[200000];
        for (int i = 0; i < data.length; ++i) {
            data[i] = (byte) random.nextInt(8);
        }
        for (int level = 1; level <= 9; level += 4) {
            byte[] packed = new byte[300000];
            Deflater deflater = new Deflater(level);
            deflater.setInput(data);
            deflater.finish();
            int length = deflater.deflate(packed);
            deflater.end();
            Inflater inflater = new Inflater();
            inflater.setInput(packed, 0, length);
            byte[] again = new byte[data.length];
            inflater.inflate(again);
            inflater.end();
            sum.update(again);
        }
        return sum.getValue();
    }

    public static void main(String[] arguments) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(6);
        List<Callable<Long>> tasks = new ArrayList<>();
        for (int i = 0; i < 18; ++i) {
            final int seed = i;
            tasks.add(() -> work(seed));
        }
        for (Future<Long> result : pool.invokeAll(tasks)) {
            System.out.println(result.get());
        }
        pool.shutdown();
        for (int i = 0; i < 300; ++i) {
            Thread thread = new Thread(() -> ByteBuffer.allocateDirect(5000));
            thread.start();
            thread.join();
        }
        TreeMap<String, Integer> counts = new TreeMap<>();
        Random random = new Random(3);
        for (int i = 0; i < 100000; ++i) {
            counts.merge(Integer.toString(random.nextInt(5000), 36), 1, Integer::sum);
        }
        String text = IntStream.range(0, 50000).mapToObj(i -> "line " + i % 977)
                .sorted().distinct().collect(Collectors.joining("\n"));
        System.out.println(counts.size() + " " + digest(counts.toString().getBytes()) + " "
                + digest(text.getBytes()));
    }
}
