import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;
import org.opensearch.security.OpenSearchSecurityPlugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * An OpenSearch node with the security plugin, out of the jars of Maven Central alone: java runs
 * this file as it is, there is nothing to compile or to install. Its only argument is a home
 * directory with config/opensearch.yml. It prints "READY port" and ends when its standard input does.
 */
public final class TestNode extends Node {
    private TestNode(Environment environment, List<Class<? extends Plugin>> plugins) {
        super(environment, plugins, false);
    }

    public static void main(String[] args) throws Exception {
        PrintStream out = System.out; // logging takes System.out over
        Path home = Path.of(args[0]).toAbsolutePath();
        Settings settings = Settings.builder().put("path.home", home.toString()).build();
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
                settings, Map.of(), home.resolve("config"), () -> "test");
        LogConfigurator.setNodeName("test");
        LogConfigurator.configure(environment);

        TestNode node = new TestNode(environment, List.of(Netty4Plugin.class, OpenSearchSecurityPlugin.class));
        node.start();
        int port = node.injector().getInstance(HttpServerTransport.class).boundAddress().publishAddress().getPort();
        out.println("READY " + port);
        out.flush();

        while (System.in.read() >= 0) { }
        node.close();
        System.exit(0);
    }
}
